package io.tokenledger.forwarder.cli;

/** The configuration cannot be used; the message is a sentence with file, line and key. */
final class ConfigException extends RuntimeException {
  ConfigException(String sentence) {
    super(sentence);
  }
}
