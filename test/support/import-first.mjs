// Mocha tries require() first where Node can require ES modules, and when a TypeScript test file cannot be loaded it
// reports what require() made of it. Told that Node cannot, it imports, and a broken import shows its own error.
Object.defineProperty(process.features, 'require_module', { value: false });
