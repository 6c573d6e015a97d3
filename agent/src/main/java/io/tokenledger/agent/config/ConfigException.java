package io.tokenledger.agent.config;

/** The configuration cannot be used. The message says where and what, in one clause. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  ConfigException(String message) {
    super(message, null, false, false);
  }
}
