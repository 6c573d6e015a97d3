package io.tokenledger.agent.config;

import java.util.List;
import java.util.Map;

/**
 * What the agent was told to do, complete: every default is filled in. Immutable; the keys are
 * those of {@code docs/configuration.md}.
 *
 * @param enabled false: the agent does nothing
 * @param service name of the application; never null
 * @param environment such as {@code production}, or null
 * @param queue where records go and how much they may take
 * @param endpoints hosts that somebody named, in the order of the file
 * @param discover whether a known path on an unlisted host is metered
 * @param clients switches that were set, by name of the client; ask {@link #meters}
 * @param attribution static values by name of the column
 * @param fingerprintSalt key of the hash of API keys, or null: no fingerprint is stored
 * @param preview text of requests and responses
 * @param requestStreamUsage true: streams are asked to report usage ({@code stream_usage:
 *     request}); false: requests stay as they are
 * @param log where the agent speaks
 * @param digest identifies the effective configuration: equal configurations, equal digests
 */
public record AgentConfig(
    boolean enabled,
    String service,
    String environment,
    Queue queue,
    List<Endpoint> endpoints,
    boolean discover,
    Map<String, Boolean> clients,
    Map<String, String> attribution,
    String fingerprintSalt,
    Preview preview,
    boolean requestStreamUsage,
    Log log,
    String digest) {

  public AgentConfig {
    endpoints = List.copyOf(endpoints);
    clients = Map.copyOf(clients);
    attribution = Map.copyOf(attribution);
  }

  /**
   * Whether a client is metered: all are unless {@code clients.<name>} says no. One key stands for
   * the variants of a client: {@code apache5} for {@code apache5-async} too.
   */
  public boolean meters(String client) {
    int variant = client.indexOf('-');
    Boolean on = clients.get(variant < 0 ? client : client.substring(0, variant));
    return on == null || on;
  }

  AgentConfig withDigest(String value) {
    return new AgentConfig(
        enabled,
        service,
        environment,
        queue,
        endpoints,
        discover,
        clients,
        attribution,
        fingerprintSalt,
        preview,
        requestStreamUsage,
        log,
        value);
  }

  /**
   * {@code queue.*}.
   *
   * @param directory base directory of all processes' queues
   * @param maxBytes what this process may keep there
   * @param directoryMaxBytes what all processes together may keep there
   * @param minFreeDiskBytes nothing is written while less is free; {@link #DEFAULT_MIN_FREE_DISK}
   *     when it was not set
   * @param fileMode permissions of files: 0600 or 0660
   */
  public record Queue(
      String directory,
      long maxBytes,
      long directoryMaxBytes,
      long minFreeDiskBytes,
      int fileMode) {
    /** The smaller of 512 MiB and 5 % of the disk, which only its owner can tell. */
    public static final long DEFAULT_MIN_FREE_DISK = -1;

    /** Permissions of directories: 0700, or 2770 where files are 0660. */
    public int directoryMode() {
      return fileMode == 0660 ? 02770 : 0700;
    }
  }

  /**
   * One of {@code endpoints}.
   *
   * @param url prefix of the URLs that are meant, without a slash at its end
   * @param provider name of the provider that the rows carry
   * @param dialect name of the provider whose language the host speaks; null: the provider itself
   * @param billed false for gateways that are metered themselves
   */
  public record Endpoint(String url, String provider, String dialect, boolean billed) {}

  /**
   * {@code preview.*}.
   *
   * @param enabled whether text is stored at all
   * @param maxChars the most characters of a request or response
   */
  public record Preview(boolean enabled, int maxChars) {}

  /**
   * {@code log.*}.
   *
   * @param level one of {@code off}, {@code error}, {@code warn}, {@code info}, {@code debug}
   * @param file path of a file, or {@code -} for standard error
   */
  public record Log(String level, String file) {}
}
