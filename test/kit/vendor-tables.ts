import { dialogTable } from './dialog-table';
import { faultTable } from './fault-table';
import { leakTable } from './leak-table';
import { loginTable } from './login-table';
import type { Vendor } from './vendor';

/** What all vendors promise alike. */
export function vendorTables(vendor: Vendor): void {
  faultTable(vendor);
  leakTable(vendor);
  dialogTable(vendor);
  if (vendor.login) loginTable(vendor, vendor.login);
}
