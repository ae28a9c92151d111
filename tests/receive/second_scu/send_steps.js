// Sends performed procedure steps with dcmjs-dimse: node send_steps.js PORT < messages.json
//
// Each message is {"service": "N-CREATE" or "N-SET", "uid": ..., "elements": {...}}, sent in an
// association of its own. Prints the status of each answer, as a JSON list of numbers.
const dimse = require('dcmjs-dimse');
const { Client, Dataset } = dimse;
const { SopClass } = dimse.constants;
const requests = { 'N-CREATE': dimse.requests.NCreateRequest, 'N-SET': dimse.requests.NSetRequest };

dimse.log.setLevel('silent');

function send(port, message) {
  return new Promise((resolve, reject) => {
    const step = SopClass.ModalityPerformedProcedureStep;
    const request = new requests[message.service](step, message.uid);
    request.setDataset(new Dataset(message.elements));
    let status = null;
    request.on('response', (response) => {
      status = response.getStatus();
    });
    const client = new Client();
    client.addRequest(request);
    client.on('networkError', reject);
    client.on('associationRejected', () => reject(new Error('the association was rejected')));
    client.on('closed', () => resolve(status));
    client.send('127.0.0.1', port, 'CT99', 'DOSEBOX');
  });
}

async function main() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const answers = [];
  for (const message of JSON.parse(Buffer.concat(chunks).toString('utf-8')))
    answers.push(await send(Number(process.argv[2]), message));
  console.log(JSON.stringify(answers));
}

main().catch((failure) => {
  console.error(String(failure));
  process.exit(1);
});
