/** An FTP server as a process of its own, so that its work and memory are not the feed's. */
import { startFtp } from '../test/stand-ins/ftp/server.ts';

const { host, port, user, password, root } = await startFtp();
process.send!({ host, port, user, password, root });
