package io.tokenledger.forwarder.cli;

/** A command cannot go on; the message is a sentence for the user. */
final class CommandException extends RuntimeException {
  CommandException(String sentence) {
    super(sentence);
  }
}
