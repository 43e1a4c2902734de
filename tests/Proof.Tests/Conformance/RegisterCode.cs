using System.Buffers.Binary;

namespace Redoubt.Proof.Tests.Conformance;

/// <summary>Code that writes random values to system registers and reads them back, and the records for it (<c>registers.S</c>).</summary>
internal static class RegisterCode
{
    private const int RecordSize = 0x400, Code = 16, Results = RecordSize / 2;
    private const uint Return = 0xd65f_03c0, Synchronise = 0xd503_3fdf;

    /// <summary>Most registers that there is room for.</summary>
    public const int Most = 48;

    /// <summary>Registers are read without anything having been written.</summary>
    public static uint[] ReadAll(int[] registers) => [.. registers.SelectMany((register, i) => new[] { Read(register, 1), Store(1, Results + (i * 8)) }), Return];

    /// <summary>All registers are written, also some that can only be written, then all are read: none may disturb another.</summary>
    public static uint[] Together(int[] registers, int[] writeOnly) =>
    [
        .. registers.Concat(writeOnly).SelectMany((register, i) => new[] { Load(1, i * 8), Write(register, 1) }),
        Synchronise,
        .. ReadAll(registers),
    ];

    /// <summary>Each register is written, read, and set back, with nothing in between: for those that change how the harness itself runs.</summary>
    public static uint[] OneByOne(int[] registers) =>
    [
        .. registers.SelectMany((register, i) => new[]
        {
            Load(1, i * 8), Read(register, 2), Write(register, 1), Synchronise, Read(register, 3), Write(register, 2), Synchronise, Store(3, Results + (i * 8)),
        }),
        Return,
    ];

    /// <summary>Runs code on values: for each state one for each register. Returns what was read.</summary>
    public static ulong[][] Run(Harness harness, uint[] code, ulong[][] states)
    {
        byte[] batch = new byte[(states.Length + 1) * RecordSize];
        BinaryPrimitives.WriteUInt64LittleEndian(batch, (ulong)states.Length);
        for (int i = 0; i < code.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(batch.AsSpan(Code, RecordSize - Code)[(i * 4)..], code[i]);
        }

        for (int state = 0; state < states.Length; state++)
        {
            for (int i = 0; i < states[state].Length; i++)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(batch.AsSpan(((state + 1) * RecordSize) + (i * 8), 8), states[state][i]);
            }
        }

        byte[] result = harness.Run(batch);
        return states.Select((values, state) => values.Select((_, i) =>
            BinaryPrimitives.ReadUInt64LittleEndian(result.AsSpan(((state + 1) * RecordSize) + Results + (i * 8)))).ToArray()).ToArray();
    }

    /// <summary>MRS.</summary>
    public static uint Read(int register, uint to) => 0xd520_0000 | ((uint)register << 5) | to;

    private static uint Write(int register, uint from) => 0xd500_0000 | ((uint)register << 5) | from;

    private static uint Load(uint to, int offset) => 0xf940_0000 | ((uint)offset / 8 << 10) | to;

    private static uint Store(uint from, int offset) => 0xf900_0000 | ((uint)offset / 8 << 10) | from;
}
