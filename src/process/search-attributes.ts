/** Whether a namespace has our search attributes, and how it gets them. */
import { searchAttributes } from "../contract/search-attributes.ts";

/** The part of a connection that knows search attributes. Native and plain connections both have it. */
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
 * Whether the namespace has all of them. A server that does not tell (Temporal Cloud keeps this service to itself) counts
 * as one without: an attribute that is not there would block every workflow. Set `searchAttributes: true` there.
 */
export async function hasSearchAttributes(connection: OperatorConnection, namespace: string): Promise<boolean> {
  return (await missingSearchAttributes(connection, namespace).catch(() => NAMES)).length === 0;
}

/** Registers those that are missing and returns their names. */
export async function registerSearchAttributes(connection: OperatorConnection, namespace: string): Promise<string[]> {
  const names = await missingSearchAttributes(connection, namespace);
  if (names.length > 0) {
    const types = Object.fromEntries(names.map((name) => [name, KEYWORD]));
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: types });
  }
  return names;
}

/** The names of those that the namespace lacks, or has with another type. Throws what the server answers. */
export async function missingSearchAttributes(
  { operatorService }: OperatorConnection,
  namespace: string,
): Promise<string[]> {
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  return NAMES.filter((name) => customAttributes?.[name] !== KEYWORD);
}
