package io.tokenledger.record;

import java.util.Map;

/**
 * An entry of a kind that this version does not know; kept, not interpreted.
 *
 * @param kind the kind as written
 * @param fields everything else, by name
 */
public record UnknownBody(String kind, Map<String, Object> fields) implements EntryBody {}
