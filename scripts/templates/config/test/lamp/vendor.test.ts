import { vendorTables } from '../kit/vendor-tables';
import { lamp } from './vendor';

vendorTables(lamp);
