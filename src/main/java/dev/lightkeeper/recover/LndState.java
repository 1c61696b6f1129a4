package dev.lightkeeper.recover;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lightkeeper.recover.RecoverException.Kind;

/** How far LND is ({@code lncli state}, which needs no wallet; lnrpc/stateservice.proto). */
record LndState(Answers lncli) {
  NodeState ask() throws RecoverException, InterruptedException {
    NodeProgram.Output output = lncli.run("state");
    if (!output.well()) {
      return new NodeState.Silent(output.lastWords());
    }
    String state = lncli.read(output, "state").path("state").asText();
    return switch (state) {
      case "LOCKED" -> new NodeState.Locked();
      case "NON_EXISTING" ->
          throw new RecoverException(
              Kind.NO_WALLET,
              "LND has no wallet: the seed it would make can recover nothing",
              "bring wallet.db and walletunlock.json back first: lightkeeper restore");
      case "SERVER_ACTIVE" -> synced();
      default -> new NodeState.Starting("LND says " + state);
    };
  }

  private NodeState synced() throws RecoverException, InterruptedException {
    NodeProgram.Output output = lncli.run("getinfo");
    if (!output.well()) {
      return new NodeState.Starting(output.lastWords());
    }
    JsonNode info = lncli.read(output, "getinfo");
    return info.path("synced_to_chain").asBoolean()
        ? new NodeState.Ready()
        : new NodeState.Syncing("block " + info.path("block_height").asLong());
  }
}
