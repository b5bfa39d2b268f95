import { blobsConformance, recordsConformance, storeConformance } from '@dispatch/conformance';
import { postgresStore } from '../../../../test/postgres-store.ts';

storeConformance('store-postgres', postgresStore);
recordsConformance('store-postgres', postgresStore);
blobsConformance('store-postgres', postgresStore);
