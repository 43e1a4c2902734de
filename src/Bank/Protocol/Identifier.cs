using System.Security.Cryptography;

namespace Redoubt.Bank.Protocol;

/// <summary>Random names of things: handles and transaction identifiers.</summary>
internal static class Identifier
{
    /// <summary>Bytes.</summary>
    public const int Size = 16;

    /// <summary>A new one.</summary>
    public static byte[] Draw() => RandomNumberGenerator.GetBytes(Size);
}
