import { vendorTables } from '../kit/vendor-tables';
import { thingsee } from './vendor';

vendorTables(thingsee);
