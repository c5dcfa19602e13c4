import { vendorTables } from '../kit/vendor-tables';
import { sonata } from './vendor';

vendorTables(sonata);
