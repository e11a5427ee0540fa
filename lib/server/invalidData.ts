import { RequestFailedError, type ValidationError } from '../errors/gatewayErrors.js';

/** What a client is answered whose data is not valid: the paths, and nothing of what it sent. */
export const invalidData = (command: string, error: ValidationError): RequestFailedError =>
  new RequestFailedError(command, 'INVALID_DATA', { paths: error.paths }, { detail: 'the data is not valid', cause: error });
