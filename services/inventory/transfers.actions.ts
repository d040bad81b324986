import { handle } from "../../lib/bus.ts";
import { cancelTransfer } from "./actions/cancelTransfer.ts";
import { draftTransfer } from "./actions/draftTransfer.ts";
import { receiveTransfer } from "./actions/receiveTransfer.ts";
import { shipTransfer } from "./actions/shipTransfer.ts";
import { transfer } from "./actions/transfer.ts";
import { transfers } from "./actions/transfers.ts";
import {
  CancelTransfer,
  DraftTransfer,
  GetTransfer,
  ListTransfers,
  ReceiveTransfer,
  ShipTransfer,
} from "./inventory.contract.ts";

/** What can be asked about goods between stores. */
export const transfersActions = {
  transfer: handle(GetTransfer, transfer),
  transfers: handle(ListTransfers, transfers),
  draftTransfer: handle(DraftTransfer, draftTransfer),
  shipTransfer: handle(ShipTransfer, shipTransfer),
  receiveTransfer: handle(ReceiveTransfer, receiveTransfer),
  cancelTransfer: handle(CancelTransfer, cancelTransfer),
};
