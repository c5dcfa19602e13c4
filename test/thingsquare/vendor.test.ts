import { vendorTables } from '../kit/vendor-tables';
import { thingsquare } from './vendor';

vendorTables(thingsquare);
