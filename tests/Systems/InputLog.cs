using System.Buffers.Binary;

namespace Redoubt.Systems;

/// <summary>Everything that a Linux guest's keyboard and touch screen have told it from now on.</summary>
/// <param name="phone">The phone with the guest.</param>
public sealed class InputLog(CompromisedPhone phone)
{
    // struct input_event (include/uapi/linux/input.h): a time of 16 bytes, type, code, value.
    private const int EventSize = 24, TypeAt = 16, CodeAt = 18, ValueAt = 20;
    private const int Synchronise = 0;

    private readonly LineFromGuest _keys = phone.Connect("</dev/input/event0 >/dev/null"), _touches = phone.Connect("</dev/input/event1 >/dev/null");

    /// <summary>Type, code and value of each event of the keyboard, without those that end a group.</summary>
    public IReadOnlyList<(int Type, int Code, int Value)> Keys => Parse(_keys.Received);

    /// <summary>The same of the touch screen.</summary>
    public IReadOnlyList<(int Type, int Code, int Value)> Touches => Parse(_touches.Received);

    private static List<(int Type, int Code, int Value)> Parse(byte[] bytes) =>
        [.. Enumerable.Range(0, bytes.Length / EventSize)
            .Select(i => bytes.AsSpan(i * EventSize, EventSize).ToArray())
            .Select(item => ((int)BinaryPrimitives.ReadUInt16LittleEndian(item.AsSpan(TypeAt)), (int)BinaryPrimitives.ReadUInt16LittleEndian(item.AsSpan(CodeAt)), BinaryPrimitives.ReadInt32LittleEndian(item.AsSpan(ValueAt))))
            .Where(item => item.Item1 != Synchronise)];
}
