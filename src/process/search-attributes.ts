/** Looks up our search attributes in a namespace, and registers them. */
import { searchAttributes } from "../contract/search-attributes.ts";

/** The operator service of a connection. Native and plain connections both have it. */
export type OperatorConnection = {
  operatorService: {
    listSearchAttributes(request: { namespace: string }): Promise<{ customAttributes?: Record<string, number> | null }>;
    addSearchAttributes(request: { namespace: string; searchAttributes: Record<string, number> }): Promise<unknown>;
  };
};

const NAMES = Object.values(searchAttributes).map(({ name }) => name);
/** `INDEXED_VALUE_TYPE_KEYWORD` in Temporal's API. */
const KEYWORD = 2;

/**
 * Whether the namespace has all of them. A server without this service, such as Temporal Cloud, counts as one without them:
 * an attribute that is not registered would block every workflow. Set `searchAttributes: true` there.
 */
export async function hasSearchAttributes(connection: OperatorConnection, namespace: string): Promise<boolean> {
  return (await missingSearchAttributes(connection, namespace).catch(() => NAMES)).length === 0;
}

/** Registers the missing ones and returns their names. */
export async function registerSearchAttributes(connection: OperatorConnection, namespace: string): Promise<string[]> {
  const names = await missingSearchAttributes(connection, namespace);
  if (names.length > 0) {
    const types = Object.fromEntries(names.map((name) => [name, KEYWORD]));
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: types });
  }
  return names;
}

/** The names of those that the namespace lacks, or has with another type. Throws the server's error. */
export async function missingSearchAttributes(
  { operatorService }: OperatorConnection,
  namespace: string,
): Promise<string[]> {
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  return NAMES.filter((name) => customAttributes?.[name] !== KEYWORD);
}
