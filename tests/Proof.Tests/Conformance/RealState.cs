using Redoubt.Proof.Check;
using Redoubt.Proof.Execution;
using Redoubt.Proof.Programs;
using Redoubt.Proof.Refinement;
using Redoubt.Proof.Terms;
using Redoubt.Proof.Theorems;
using Redoubt.Spec;
using Field = Redoubt.Spec.Field;

namespace Redoubt.Proof.Tests.Conformance;

/// <summary>
/// The specification's state that a real machine with one CPU stands for, by the same <see cref="Abstraction"/> as in the proof: of memory, of registers as far as those of a
/// vCPU are loaded, and of what the interrupt controller says.
/// </summary>
internal sealed class RealState
{
    // GICD_ISACTIVER<n>; of the redistributor GICR_ISPENDR0 and GICR_ISACTIVER0 (IHI0069, 12.9 and 12.11)
    private const ulong ActiveOffset = 0x300, OwnPendingOffset = 0x1_0200, OwnActiveOffset = 0x1_0300;
    private const ulong TimerInterrupt = 27, InterruptsOfWord = 32;

    /// <summary>Those of extensions that this machine's CPU has not, and those that the debug stub shows.</summary>
    private static readonly int[] NotByCode = [SystemRegisters.VdisrEl2, SystemRegisters.Tpidr2El0, SystemRegisters.Fpcr, SystemRegisters.Fpsr];

    private static readonly int[] OfTrap = [SystemRegisters.ElrEl2, SystemRegisters.SpsrEl2, SystemRegisters.EsrEl2, SystemRegisters.FarEl2, SystemRegisters.HpfarEl2];
    private static readonly int[] Registers = [.. OfTrap, .. Loaded.InRegisters.Select(word => word.Register).Except(NotByCode)];

    private static readonly Dictionary<(string, ulong), (bool OfCurrent, int Register)> Places =
        Loaded.InRegisters.ToDictionary(word => (word.Field, word.Column), word => (word.OfCurrent, word.Register));

    private readonly Debugger _debugger;
    private readonly RegisterReader _reader;
    private readonly MemoryWords _words;
    private readonly Abstraction _abstraction;
    private readonly Dictionary<ulong, ulong> _memory = [];
    private readonly ulong[] _rows;
    private readonly ulong _distributor, _redistributor;
    private Dictionary<int, ulong> _registers = [];
    private ulong[] _vectors = [], _general = [], _active = [];
    private ulong _current, _resident, _ownActive, _ownPending;

    /// <summary>Of a machine that has booted.</summary>
    /// <param name="debugger">The machine.</param>
    /// <param name="kernel">Its kernel.</param>
    public RealState(Debugger debugger, ElfProgram kernel)
    {
        (_debugger, _reader) = (debugger, new RegisterReader(debugger, kernel, Registers));
        _words = new MemoryWords(address => _memory[address]);
        _abstraction = new Abstraction(name => Cells.Of((row, column) => Term.Constant(Word(name, row.Value, column.Value))));
        foreach (Region region in KernelLayout.Regions.Where(region => region.Access == Access.ReadOnly))
            Fetch(region.Base, region.Stride * region.Count);
        _rows = [.. Enumerable.Range(0, Limits.VcpusPerCpu).Select(index => (ulong)index).Where(index => _words["config.vcpu.Used", index] != 0)];
        (_distributor, _redistributor) = (_words["config.Distributor"], _words["config.cpu.Redistributor"]);
        Assert.Equal(0UL, _words["machine.HasRas"] | _words["machine.HasSme"]);
    }

    /// <summary>ESR_EL2, FAR_EL2 and HPFAR_EL2, when it was last read.</summary>
    public (ulong Syndrome, ulong Address, ulong Page) Trap => (_registers[SystemRegisters.EsrEl2], _registers[SystemRegisters.FarEl2], _registers[SystemRegisters.HpfarEl2]);

    /// <summary>Reads the configuration into a store.</summary>
    public void ReadConfiguration(NumberStore store) => Fill(store, ConfigurationFields.All, field => Enumerable.Range(0, field.Rows).Select(row => (ulong)row));

    /// <summary>Reads the state of the machine, which stands still, into a store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="loaded">Whether the current vCPU's general registers are loaded.</param>
    public void Read(NumberStore store, bool loaded)
    {
        foreach (ulong row in _rows)
            Fetch(KernelLayout.Vcpus.Base + (KernelLayout.Vcpus.Stride * row), KernelLayout.Vcpus.Stride);
        Fetch(KernelLayout.Cpus.Base, KernelLayout.Cpus.Stride);
        (_current, _resident) = (_words["cpu.Current"], _words["cpu.Resident"]);
        _general = loaded ? _debugger.Read().General : [];
        _registers = _reader.Read();
        if (_resident != Limits.NoVcpu)
        {
            _vectors = _debugger.ReadVectors();
            (_registers[SystemRegisters.Fpcr], _registers[SystemRegisters.Fpsr]) = _debugger.ReadFloat();
        }

        _active = [.. Enumerable.Range(0, Limits.Interrupts / (int)InterruptsOfWord).Select(word => _debugger.ReadDevice(_distributor + ActiveOffset + (4UL * (ulong)word)))];
        (_ownActive, _ownPending) = (_debugger.ReadDevice(_redistributor + OwnActiveOffset), _debugger.ReadDevice(_redistributor + OwnPendingOffset));
        Fill(store, StateFields.All, field => field.Subject switch
        {
            Subject.Vcpu => _rows,
            Subject.Interrupt => Enumerable.Range((int)InterruptsOfWord, field.Rows - (int)InterruptsOfWord).Select(row => (ulong)row),
            _ => [0],
        });
    }

    private void Fill(NumberStore store, IEnumerable<Field> fields, Func<Field, IEnumerable<ulong>> rows)
    {
        foreach (Field field in fields)
        {
            Cells cells = _abstraction[field];
            foreach (ulong row in rows(field))
            {
                for (ulong column = 0; column < (ulong)field.Columns; column++)
                    store[field][(row * (ulong)field.Columns) + column] = cells[Term.Constant(row), Term.Constant(column)].Value;
            }
        }
    }

    private ulong Word(string name, ulong row, ulong column)
    {
        if (name == Devices.Active.Name)
            return (_active[row / InterruptsOfWord] >> (int)(row % InterruptsOfWord)) & 1;
        if (name == Devices.TimerActive.Name)
            return (_ownActive >> (int)TimerInterrupt) & 1;
        if (name == Devices.Announced.Name)
            return _ownPending & 1;
        if (name == Devices.Power.Name)
            return 0;
        if (_general.Length > 0 && row == _current)
        {
            switch (name)
            {
                case "vcpu.X":
                    return _general[column];
                case "vcpu.Pc":
                    return _registers[SystemRegisters.ElrEl2];
                case "vcpu.Pstate":
                    return _registers[SystemRegisters.SpsrEl2];
            }
        }

        if (name == "vcpu.Vectors" && row == _resident)
            return _vectors[column];
        return Places.TryGetValue((name, column), out (bool OfCurrent, int Register) place) && row == (place.OfCurrent ? _current : _resident)
            && _registers.TryGetValue(place.Register, out ulong value) ? value : _words[name, row, column];
    }

    private void Fetch(ulong address, ulong size)
    {
        byte[] bytes = _debugger.ReadMemory(address, (int)size);
        for (int at = 0; at < bytes.Length; at += sizeof(ulong))
            _memory[address + (ulong)at] = BitConverter.ToUInt64(bytes, at);
    }
}
