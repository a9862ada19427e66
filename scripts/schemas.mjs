/** Plain JavaScript, as all that osls loads. */

/**
 * Adds a schema of each event to the registry of the stack, under the same condition.
 *
 * @param {Record<string, any>} resources changed in place
 * @param {{ name: string, type: string, content: object }[]} schemas
 */
export function registerSchemas(resources, schemas) {
  const { Condition } = resources.EventRegistry;
  for (const { name, type, content } of schemas)
    resources[`${type.replaceAll(' ', '')}Schema`] = {
      Type: 'AWS::EventSchemas::Schema',
      Condition,
      Properties: {
        RegistryName: { 'Fn::GetAtt': ['EventRegistry', 'RegistryName'] },
        SchemaName: name,
        Description: type,
        Type: 'OpenApi3',
        Content: JSON.stringify(content),
      },
    };
}
