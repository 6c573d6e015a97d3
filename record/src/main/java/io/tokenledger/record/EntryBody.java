package io.tokenledger.record;

/** What an entry of the queue can hold. */
public sealed interface EntryBody permits UsageRecord, GapRecord, AgentReport, UnknownBody {}
