namespace Redoubt.Bank.Protocol;

/// <summary>Bytes from outside that are not what docs/pin-entry.md says.</summary>
/// <param name="message">What is wrong with them.</param>
public sealed class MalformedException(string message) : Exception(message);
