/** Of Weight Steering: package.json's, where code can have it without reading a file. */
export const version = '0.1.0';
