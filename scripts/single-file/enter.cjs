// Imports a module, for the main file of the single executable, which cannot.
module.exports = (url) => import(url);
