import gobridge from './index.js';

export const { load, GobridgeError, GoError, GoValue, GoMap, GoStruct, GoPointer, GoChan, errors } = gobridge;
export default gobridge;
