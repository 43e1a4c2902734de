using System.Runtime.CompilerServices;
using Redoubt.Dice;

namespace Redoubt.PinPad.Protocol;

/// <summary>Room for making statements.</summary>
public struct Signer
{
    internal Sha256 Hash;
    internal Ecdsa Ecdsa;
    internal Bytes Payload, Structure;
    internal SignatureBytes Signature;

    /// <summary>Comes first.</summary>
    public void Prepare() => Ecdsa.Prepare();

    [InlineArray(Statement.Largest)]
    internal struct Bytes
    {
        private byte _first;
    }

    [InlineArray(Dice.Ecdsa.SignatureSize)]
    internal struct SignatureBytes
    {
        private byte _first;
    }
}
