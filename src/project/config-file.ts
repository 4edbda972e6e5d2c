/** The configuration of a project, apart from its schema, which is large: for what only asks whether there is one. */
export const configFile = 'pgdrill.config.yaml';
