import { vendorTables } from '../kit/vendor-tables';
import { twinkly } from './vendor';

vendorTables(twinkly);
