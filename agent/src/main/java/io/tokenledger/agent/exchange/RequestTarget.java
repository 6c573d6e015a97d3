package io.tokenledger.agent.exchange;

/**
 * Where a request goes, as a client knows it before it sends.
 *
 * @param client the tapping client: {@code okhttp}, {@code jdk}, {@code apache5}, {@code
 *     apache5-async}
 * @param method HTTP method, upper case
 * @param scheme {@code http} or {@code https}
 * @param host host name without port, IPv6 without brackets
 * @param port the effective port
 * @param path encoded path without query, starting with a slash
 * @param query encoded query without question mark, or null
 */
public record RequestTarget(
    String client,
    String method,
    String scheme,
    String host,
    int port,
    String path,
    String query) {}
