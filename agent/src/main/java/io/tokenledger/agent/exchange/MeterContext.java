package io.tokenledger.agent.exchange;

import io.tokenledger.agent.ledger.HandOff;

/**
 * What all exchanges of a process share.
 *
 * @param fingerprints null when no salt is configured
 */
record MeterContext(
    HandOff handOff, Recorder recorder, KeyFingerprints fingerprints, Faults faults) {}
