package io.tokenledger.agent.client;

import io.tokenledger.agent.exchange.Meter;
import io.tokenledger.agent.rewrite.ClientRewriter;
import java.util.List;

/**
 * One HTTP client: how its classes are rewritten and what runs at its tap points. One line in
 * {@link Clients}.
 */
public interface ClientTap {
  /**
   * The name of the configuration key {@code clients.<name>} and of the record's {@code client}
   * column.
   */
  String name();

  /** The classes to rewrite. */
  List<ClientRewriter> rewriters();

  /** Installs the hooks. Loads no class of the client. */
  void install(Hooks hooks, Meter meter);
}
