import { vendorTables } from '../kit/vendor-tables';
import { turn } from './vendor';

vendorTables(turn);
