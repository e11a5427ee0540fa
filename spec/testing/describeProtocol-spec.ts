import { commandNotify } from 'rxgate/protocols';
import { describeProtocol } from 'rxgate/testing';

describeProtocol({ protocol: () => commandNotify(), unknown: ['{"type":"NEWS"}'], cannot: { batch: 'a frame is one message' } });
