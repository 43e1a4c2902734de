using System.Runtime.InteropServices;
using Redoubt.Proof.Programs;

namespace Redoubt.Proof.Tests.Conformance;

/// <summary>
/// Reads any system register of a machine that stands still at EL2, of which the debug stub knows some only: the CPU executes MRS instructions, put where the kernel's code
/// ends, and everything else is as before.
/// </summary>
internal sealed class RegisterReader
{
    /// <summary>Registers that are read at a time, each into a general one of its own.</summary>
    private const int Most = 30;

    private const ulong Page = 0x1000;

    private readonly Debugger _debugger;
    private readonly int[][] _registers;
    private readonly ulong _code;

    /// <summary>Prepares.</summary>
    /// <param name="debugger">The machine, whose kernel is loaded.</param>
    /// <param name="kernel">The kernel.</param>
    /// <param name="registers">The registers, by encoding.</param>
    public RegisterReader(Debugger debugger, ElfProgram kernel, int[] registers)
    {
        (_debugger, _registers) = (debugger, [.. registers.Chunk(Most)]);
        Segment text = kernel.Segments.Single(segment => segment.Executable);
        _code = text.Address + (((ulong)text.Content.Length + 3) & ~3UL);
        // Each part ends with an instruction that is never executed: there it stops.
        uint[] code = [.. _registers.SelectMany(part => part.Select((register, i) => RegisterCode.Read(register, (uint)i)).Append(0U))];
        Assert.True((_code % Page) + ((ulong)code.Length * sizeof(uint)) <= Page, "there is no room behind the kernel's code");
        debugger.WriteMemory(_code, MemoryMarshal.AsBytes(code.AsSpan()));
        foreach (ulong start in Starts().Skip(1))
            debugger.SetBreakpoint(start - sizeof(uint));
    }

    /// <summary>All of them, by encoding.</summary>
    public Dictionary<int, ulong> Read()
    {
        Debugger.Registers now = _debugger.Read();
        Dictionary<int, ulong> values = [];
        foreach ((int[] part, ulong start) in _registers.Zip(Starts()))
        {
            _debugger.Write(now with { Pc = start });
            Assert.True(_debugger.Continue());
            Debugger.Registers then = _debugger.Read();
            Assert.Equal(start + ((ulong)part.Length * sizeof(uint)), then.Pc);
            for (int i = 0; i < part.Length; i++)
                values[part[i]] = then.General[i];
        }

        _debugger.Write(now);
        return values;
    }

    /// <summary>Where the parts start, and where one more would.</summary>
    private IEnumerable<ulong> Starts()
    {
        ulong at = _code;
        yield return at;
        foreach (int[] part in _registers)
            yield return at += ((ulong)part.Length + 1) * sizeof(uint);
    }
}
