// The W3C's reference library beside us: one credential verified again and again, on request.
//
//     node w3c.mjs FOLDER-WITH-node_modules CREDENTIAL.json
//
// Reads how often from each line of its input and answers verifications a second of the processor.
// Contexts, key and controller are in memory; a credential that was changed must be refused first.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {createInterface} from 'node:readline';
import {pathToFileURL} from 'node:url';

const [folder, file] = process.argv.slice(2);
const require = createRequire(`${folder}/package.json`);
const load = name => import(pathToFileURL(require.resolve(name)));
const vc = await load('@digitalbazaar/vc');
const {DataIntegrityProof} = await load('@digitalbazaar/data-integrity');
const {createVerifyCryptosuite} = await load('@digitalbazaar/eddsa-jcs-2022-cryptosuite');

const text = readFileSync(file, 'utf8');
const [{verificationMethod: method}] = JSON.parse(text).proof;
const [controller, publicKeyMultibase] = method.split('#');
const security = 'https://w3id.org/security/multikey/v1';
const known = {
  [method]: {'@context': security, id: method, type: 'Multikey', controller, publicKeyMultibase},
  [controller]: {
    '@context': ['https://www.w3.org/ns/did/v1', security], id: controller, assertionMethod: [method],
  },
};
const documentLoader = async url => {
  if(!known[url]) {
    throw new Error(`not in memory: ${url}`);
  }
  return {contextUrl: null, documentUrl: url, document: known[url]};
};

async function isSound(written) {
  const suite = new DataIntegrityProof({cryptosuite: createVerifyCryptosuite()});
  const credential = JSON.parse(written);
  const found = await vc.verifyCredential({credential, suite, documentLoader});
  return found.verified;
}

if(!await isSound(text) || await isSound(text.replace('"H87"', '"KGM"'))) {
  throw new Error('it does not tell the good from the changed');
}
for await (const line of createInterface({input: process.stdin})) {
  const before = process.cpuUsage();
  for(let left = Number(line); left > 0; left--) {
    await isSound(text);
  }
  const {user, system} = process.cpuUsage(before);
  console.log(Number(line) / (user + system) * 1e6);
}
