// Asks for a Display System with dcmjs-dimse: node get_display_system.js PORT CALLED-AE TAG...
//
// Prints {"status": ..., "dataset": {...}} as JSON; the status is null when it was rejected.
const dimse = require('dcmjs-dimse');
const { Client } = dimse;
const DISPLAY_SYSTEM = '1.2.840.10008.5.1.1.40';

dimse.log.setLevel('silent');

const [port, called, ...tags] = process.argv.slice(2);
const request = new dimse.requests.NGetRequest(DISPLAY_SYSTEM, `${DISPLAY_SYSTEM}.1`, tags);
const told = { status: null, dataset: null };
request.on('response', (response) => {
  told.status = response.getStatus();
  if (response.hasDataset()) told.dataset = response.getDataset().getElements();
});
const client = new Client();
client.addRequest(request);
client.on('associationRejected', () => console.log(JSON.stringify(told)));
client.on('networkError', (failure) => {
  console.error(String(failure));
  process.exit(1);
});
client.on('closed', () => {
  if (told.status !== null) console.log(JSON.stringify(told));
});
client.send('127.0.0.1', Number(port), 'ASKER', called);
