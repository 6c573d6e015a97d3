package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.drain.DrainSettings;

/** What the drain needs of the configuration. */
final class Settings {
  private Settings() {}

  static DrainSettings ofDrain(ForwarderConfig config, boolean embedded) {
    return new DrainSettings(
        config.queueDirectory(),
        config.keep(),
        config.maxBytes(),
        config.directoryMaxBytes(),
        !embedded,
        config.shutdownDrain(),
        config.deadLettersKeep());
  }
}
