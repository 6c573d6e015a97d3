package io.tokenledger.agent.ledger;

import java.util.Map;

/**
 * What {@code source.json} says of this process, besides what the directory itself knows.
 *
 * @param service name of the application
 * @param environment such as {@code production}, or null
 * @param agentVersion version of this agent
 * @param configDigest identifies the effective configuration
 * @param clients what became of each client, by name; those that are rewritten later are in the
 *     agent's reports
 */
public record SourceFacts(
    String service,
    String environment,
    String agentVersion,
    String configDigest,
    Map<String, String> clients) {}
