// Validates an OpenAPI document: node validate.mjs FILE
import { readFile } from "node:fs/promises";
import SwaggerParser from "@apidevtools/swagger-parser";

const file = process.argv[2];
const document = await SwaggerParser.validate(JSON.parse(await readFile(file, "utf8")));
const operations = Object.values(document.paths).flatMap((path) => Object.keys(path).filter((key) => key !== "parameters"));
console.log(`${file}: valid OpenAPI ${document.openapi}, ${Object.keys(document.paths).length} paths, ${operations.length} operations, ` +
  `${Object.keys(document.components.schemas).length} schemas`);
