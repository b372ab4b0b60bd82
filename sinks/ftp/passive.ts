import type { Client } from 'basic-ftp';
import { enterPassiveModeIPv6 } from 'basic-ftp';
import { connectForPassiveTransfer, parsePasvResponse } from 'basic-ftp/dist/transfer.js';

type Transfer = Client['prepareTransfer'];

/**
 * Opens data connections to the host of the control connection: by EPSV, or by PASV.
 *
 * A server behind a NAT answers PASV with an address that clients cannot reach, so the address is
 * ignored, as curl and lftp do (`robinrodricks/FluentFTP#270`). Nor can a server then direct the
 * data to another host. The way that works first is used from then on.
 */
export function passiveTransfers(): Transfer {
  let working: Transfer | undefined;
  return async ftp => {
    if (working !== undefined) return working(ftp);
    try {
      const answer = await enterPassiveModeIPv6(ftp);
      working = enterPassiveModeIPv6;
      return answer;
    } catch (error) {
      if (ftp.closed) throw error;
      const answer = await enterPasv(ftp);
      working = enterPasv;
      return answer;
    }
  };
}

const enterPasv: Transfer = async ftp => {
  const answer = await ftp.request('PASV');
  const host = ftp.socket.remoteAddress;
  if (host === undefined) throw new Error('the control connection was closed');
  await connectForPassiveTransfer(host, parsePasvResponse(answer.message).port, ftp);
  return answer;
};
