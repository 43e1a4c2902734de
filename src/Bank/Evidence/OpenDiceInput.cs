using System.Formats.Asn1;
using System.Security.Cryptography;
using Redoubt.Bank.Protocol;

namespace Redoubt.Bank.Evidence;

/// <summary>The extension of a CDI certificate: what was started there (Open Profile for DICE 2.5, "Custom Extension Format").</summary>
/// <param name="Code">The code's measurement, 32 bytes.</param>
/// <param name="Descriptor">The configuration descriptor.</param>
/// <param name="Mode">How the device runs.</param>
public sealed record OpenDiceInput(byte[] Code, byte[] Descriptor, DiceMode Mode)
{
    /// <summary>The extension's object identifier.</summary>
    public const string Oid = "1.3.6.1.4.1.11129.2.1.24";

    /// <summary>The profile's inputs are of 64 bytes; a digest is half of that, zero bytes follow.</summary>
    private const int InputSize = 64, HashSize = SHA256.HashSizeInBytes;

    private const int CodeHashTag = 0, ConfigurationHashTag = 2, DescriptorTag = 3, AuthorityHashTag = 4, ModeTag = 6;

    /// <summary>Reads the extension's value.</summary>
    /// <exception cref="MalformedException">It is not DER, or not what docs/pin-entry.md says.</exception>
    public static OpenDiceInput Decode(ReadOnlyMemory<byte> der)
    {
        try
        {
            AsnReader outer = new(der, AsnEncodingRules.DER);
            AsnReader fields = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            byte[] code = ReadHash(fields, CodeHashTag);
            byte[] configuration = ReadHash(fields, ConfigurationHashTag);
            byte[] descriptor = Field(fields, DescriptorTag, field => field.ReadOctetString());
            byte[] authority = ReadHash(fields, AuthorityHashTag);
            if (!Field(fields, ModeTag, field => field.TryReadInt32(out int value) ? value : -1).TryAsMode(out DiceMode mode))
                throw new MalformedException("the mode is not from 0 to 3");
            fields.ThrowIfNotEmpty();
            if (!SHA256.HashData(descriptor).AsSpan().SequenceEqual(configuration))
                throw new MalformedException("the configuration's hash is not that of its descriptor");
            if (authority.AsSpan().ContainsAnyExcept((byte)0))
                throw new MalformedException("an authority is named");
            return new OpenDiceInput(code, descriptor, mode);
        }
        catch (AsnContentException failure)
        {
            throw new MalformedException(failure.Message);
        }
    }

    private static T Field<T>(AsnReader fields, int tag, Func<AsnReader, T> read)
    {
        AsnReader field = fields.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, tag, isConstructed: true));
        T value = read(field);
        field.ThrowIfNotEmpty();
        return value;
    }

    private static byte[] ReadHash(AsnReader fields, int tag)
    {
        byte[] input = Field(fields, tag, field => field.ReadOctetString());
        return input.Length == InputSize && !input.AsSpan(HashSize).ContainsAnyExcept((byte)0)
            ? input[..HashSize]
            : throw new MalformedException($"field {tag} is not a digest and {InputSize - HashSize} zero bytes");
    }
}

/// <summary>How a device runs (Open Profile for DICE, "Mode Value Details").</summary>
public enum DiceMode
{
    NotConfigured,
    Normal,
    Debug,
    Recovery,
}

file static class DiceModes
{
    public static bool TryAsMode(this int value, out DiceMode mode)
    {
        mode = (DiceMode)value;
        return Enum.IsDefined(mode);
    }
}
