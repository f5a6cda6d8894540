// The types of each contract: openapi-typescript, with open lists of values as `'a' | 'b' | (string & {})`.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";

const { factory } = ts;
const string = factory.createKeywordTypeNode(ts.SyntaxKind.StringKeyword);
// for openapi-fetch 0.16: from 0.17 on it takes this type in a response for an object, and writes out its members
const anyOther = factory.createParenthesizedType(
  factory.createIntersectionTypeNode([string, factory.createTypeLiteralNode([])]),
);

function transform(schema) {
  if (schema.format === "binary") return factory.createTypeReferenceNode("Blob");
  const known = schema["x-extensible-enum"];
  if (!known?.every((each) => typeof each === "string")) return undefined;
  const literals = known.map((each) => factory.createLiteralTypeNode(factory.createStringLiteral(each)));
  const nothing = schema.nullable ? [factory.createLiteralTypeNode(factory.createNull())] : [];
  return factory.createUnionTypeNode([...literals, anyOther, ...nothing]);
}

for (const folder of process.argv.slice(2)) {
  const document = JSON.parse(await readFile(join(folder, "openapi.json"), "utf8"));
  const types = await openapiTS(document, {
    transform,
    defaultNonNullable: false,
    emptyObjectsUnknown: true,
    rootTypes: true,
    rootTypesNoSchemaPrefix: true,
  });
  await writeFile(join(folder, "types.ts"), astToString(types));
}
