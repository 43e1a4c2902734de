using Redoubt.Abi;

namespace Redoubt.Image;

/// <summary>Names of partitions, channels and devices: they end up in manifests, in 16 bytes.</summary>
internal static class Names
{
    /// <summary>Characters that fit.</summary>
    public const int Longest = 16;

    /// <summary>What is added to a guest's name for its monitor's.</summary>
    public const string MonitorSuffix = ".monitor";

    /// <summary>The partition that gets everybody's console, and its channels' name.</summary>
    public const string Console = "console";

    /// <summary>The partition that has display, touch and keys, and shows everybody's screen.</summary>
    public const string Ui = "ui";

    /// <summary>Name of the channels to it.</summary>
    public const string Screen = "screen";

    public static void Check(string kind, string name, int longest, Position at)
    {
        if (name.Length > longest)
            throw new UserError(at, $"{kind} \"{name}\": the name has more than {longest} characters");
        if (name.Length == 0 || !char.IsAsciiLetterLower(name[0]) || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_'))
            throw new UserError(at, $"{kind} \"{name}\": a name has small letters, digits, - and _, and begins with a letter");
    }

    public static Name Pack(string name)
    {
        Span<byte> bytes = stackalloc byte[Longest];
        System.Text.Encoding.ASCII.GetBytes(name, bytes);
        return new Name
        {
            Low = System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(bytes),
            High = System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
        };
    }
    public static string Unpack(Name name)
    {
        Span<byte> bytes = stackalloc byte[Longest];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(bytes, name.Low);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], name.High);
        return System.Text.Encoding.ASCII.GetString(bytes.TrimEnd((byte)0));
    }
}
