using System.Security.Cryptography;
using Redoubt.Abi;
using Redoubt.Image;
using Redoubt.Proof.Execution;
using Redoubt.Proof.Isa;
using Redoubt.Proof.Programs;
using Redoubt.Proof.Terms;
using Redoubt.Proof.Theorems;
using Gic = Redoubt.Proof.Check.Boot.InterruptController;

namespace Redoubt.Proof.Check.Boot;

/// <summary>What boot leaves behind, on one kind of processor: registers, interrupt controller, state, the rest of memory.</summary>
internal sealed class BootCheck
{
    private readonly CheckedImage _image;
    private readonly ElfProgram _kernel;
    private readonly BootMachine _machine;
    private readonly Facts _facts;
    private readonly MemoryWords _words;
    private readonly BootState _expected;

    private BootCheck(CheckedImage image, ElfProgram kernel, BootMachine machine, Facts facts)
    {
        (_image, _kernel, _machine, _facts) = (image, kernel, machine, facts);
        _words = new MemoryWords(address => machine.Memory.Load(address, 8));
        _expected = new BootState(image, WorldWord);
    }

    /// <summary>Boots an image and looks at what is left behind.</summary>
    /// <returns>The machine.</returns>
    public static BootMachine Run(CheckedImage image, Board board, ElfProgram kernel, Processor processor, Facts facts)
    {
        BootMachine machine = new(image, board, kernel, processor);
        try
        {
            machine.Run();
            BootCheck check = new(image, kernel, machine, facts);
            check.AllCpusRun();
            foreach (BootCpu cpu in machine.Cpus)
            {
                check.Registers(cpu);
                check.Entry(cpu);
            }

            check.State();
            ProofAssumptions.Run(check._words, ProofAssumptions.State, machine.Processor.Name, facts);
            SpecificationAssumptions.Invariant(check._words, machine.Processor.Name, facts);
            check.Found();
            check.InterruptController();
            SmmuRegisters.Check(image, machine.Smmu, processor.Name, facts);
            check.Memory();
            check.Seeds();
            check.Identities();
        }
        catch (BootException e)
        {
            facts.Refuse("boot", e.Message);
        }

        return machine;
    }

    private string On(BootCpu cpu) => $"CPU {cpu.Number} ({_machine.Processor.Name})";

    private void AllCpusRun() => _facts.Require("boot", _machine.Cpus.Select(cpu => cpu.Number).Order().SequenceEqual(Enumerable.Range(0, _image.Map.Cpus)),
        () => $"{_machine.Cpus.Count} of {_image.Map.Cpus} CPUs were started");

    private void Registers(BootCpu cpu)
    {
        foreach ((int register, ulong value) in El2Registers.Of(_machine.Processor, _image.Configuration.KernelTables.Value, _kernel.AddressOf("vectors")))
        {
            Holds(cpu, register, value);
        }
    }

    private void Holds(BootCpu cpu, int register, ulong value) => _facts.Require("register", cpu.RegisterIfSet(register) == value,
        () => $"{On(cpu)}: {BootRegisters.Name(register)} is {(cpu.RegisterIfSet(register) is { } held ? $"0x{held:x}" : "not set")}, not 0x{value:x}");

    /// <summary>The first ERET enters the vCPU that the schedule says, with its registers; a CPU that has none sleeps in the idle loop.</summary>
    private void Entry(BootCpu cpu)
    {
        ulong vcpu = _expected.FirstOf((ulong)cpu.Number);
        _facts.Require("entry", cpu[31].Value == KernelLayout.Stacks.Base + (KernelLayout.Stacks.Stride * ((ulong)cpu.Number + 1)), () => $"{On(cpu)}: the stack is not empty");
        if (vcpu == Limits.NoVcpu)
        {
            ulong idle = _kernel.AddressOf("idle");
            _facts.Require("entry", cpu.End == FlowKind.Wait && cpu.Pc > idle && cpu.Pc <= idle + 8, () => $"{On(cpu)}: has nothing to run and is at 0x{cpu.Pc:x}, not in the idle loop");
            return;
        }

        if (!_facts.Require("entry", cpu.End == FlowKind.ExceptionReturn, () => $"{On(cpu)}: sleeps at 0x{cpu.Pc:x} instead of entering vCPU {vcpu}"))
            return;
        bool service = _expected.IsService(vcpu);
        Holds(cpu, SystemRegisters.TpidrEl2, KernelLayout.Vcpus.Base + (vcpu * KernelLayout.Vcpus.Stride));
        Holds(cpu, SystemRegisters.ElrEl2, _expected.Of("vcpu.Pc", vcpu, 0)!.Value);
        Holds(cpu, SystemRegisters.SpsrEl2, _expected.PstateOf(vcpu));
        foreach ((int register, Term value) in World.Of(Term.Constant(vcpu)))
        {
            Holds(cpu, register, ProofAssumptions.Value(_words, value));
        }

        foreach ((int register, ulong value) in El2Registers.AtEntry(service))
        {
            Holds(cpu, register, value);
        }

        for (int i = 0; i < 31; i++)
        {
            int number = i;
            _facts.Require("entry", cpu[number].Value == _expected.Of("vcpu.X", vcpu, (ulong)number), () => $"{On(cpu)}: enters vCPU {vcpu} with x{number} = 0x{cpu[number].Value:x}");
        }

        _facts.Require("entry", service || !cpu.Vectors.ContainsAnyExcept(0UL), () => $"{On(cpu)}: enters vCPU {vcpu} with vector registers that are not zero");
        ulong alarm = _words["cpu.Alarm", (ulong)cpu.Number];
        const ulong Off = 0, Enabled = 1;
        Holds(cpu, SystemRegisters.CnthpCtlEl2, alarm == ~0UL ? Off : Enabled);
        if (alarm != ~0UL)
            Holds(cpu, SystemRegisters.CnthpCvalEl2, alarm);
    }

    /// <summary>Every word of the kernel's state.</summary>
    private void State()
    {
        foreach (Region region in (Region[])[KernelLayout.Cpus, KernelLayout.Vcpus])
        {
            foreach (Field field in region.Fields)
            {
                for (ulong outer = 0; outer < region.Count; outer++)
                {
                    for (ulong inner = 0; inner < field.Count; inner++)
                    {
                        (ulong index, ulong element) = (outer, inner);
                        ulong word = _words[field.Name, outer, inner];
                        _facts.Require("state", _expected.Of(field.Name, outer, inner) is not { } expected || word == expected,
                            () => $"{field.Name} of {index}, element {element} (0x{MemoryWords.AddressOf(field.Name, index, element):x}) is 0x{word:x}, not 0x{_expected.Of(field.Name, index, element):x} ({_machine.Processor.Name})");
                    }
                }
            }
        }

        foreach (BootCpu cpu in _machine.Cpus)
        {
            ulong number = (ulong)cpu.Number;
            ulong length = (_image.Configuration.SlotLength(new(number), new(0)).Value * Processor.Frequency) >> 20;
            ulong end = _words["cpu.SlotEnd", number], since = _words["cpu.Since", number];
            _facts.Require("state", end == ~0UL || (end > since && end - since <= length), () => $"{On(cpu)}: its time slot ends at {end}, its vCPU runs since {since}");
            _facts.Require("state", _words["cpu.Alarm", number] == end, () => $"{On(cpu)}: its time slot ends at {end} without an alarm");
        }
    }

    /// <summary>What the boot CPU found out, and what of it guests are told: nothing that is not confined (docs/abi.md).</summary>
    private void Found()
    {
        const int Step = 4;
        Processor processor = _machine.Processor;
        ulong Flag(int index, int shift) => processor.Field(index, shift) != 0 ? 1UL : 0;
        (string Field, ulong Value)[] found =
        [
            ("machine.Frequency", Processor.Frequency), ("machine.HasRas", Flag(Processor.Pfr0, 28)), ("machine.HasSme", Flag(Processor.Pfr1, 24)),
            ("machine.HasFineTraps", Flag(Processor.Mmfr0, 56)), ("machine.HasExtensions", Flag(Processor.Mmfr1, 40)), ("machine.Pan", Flag(Processor.Mmfr1, 20) << 22),
        ];
        foreach ((string field, ulong value) in found)
        {
            _facts.Require("machine", _words[field] == value, () => $"{field} is {_words[field]}, not {value} ({processor.Name})");
        }

        // SVE, RAS, AMU, MPAM, EL2 and EL3; SME, MTE; PMU, trace, SPE, TRBE; TME; pointer authentication; nested virtualisation
        (int Index, int[] Shifts)[] absent =
        [
            (Processor.Pfr0, [8, 12, 28, 32, 40, 44]), (Processor.Pfr1, [8, 24, 16]), (Processor.Dfr0, [4, 8, 32, 40, 44]), (Processor.Isar0, [24]),
            (Processor.Isar1, [4, 8, 24, 28]), (Processor.Mmfr2, [24]),
        ];
        foreach ((int index, int[] shifts) in absent)
        {
            foreach (int shift in shifts)
            {
                ulong register = _words["machine.Identification", 0, (ulong)index];
                _facts.Require("machine", ((register >> shift) & ((1 << Step) - 1)) == 0, () => $"guests are told of a feature that is not confined: identification register {index}, bits {shift + 3}:{shift} ({processor.Name})");
            }
        }
    }

    /// <summary>Interrupts that are configured, and the kernel's own, are enabled and nothing else; none is active; each goes to the CPU of its vCPU.</summary>
    private void InterruptController()
    {
        const ulong Middle = 0x8080_8080, TimerFirst = 0x8040_8080, TimerWord = 24, GroupOneAndAffinity = 0x12, AllOfGroupOne = 0xffff_ffff, Own = (1 << 0) | (1 << 25) | (1 << 26) | (1 << 27);
        Gic gic = _machine.Interrupts;
        ulong control = gic.Distributor(Gic.Control);
        _facts.Require("interrupts", control == GroupOneAndAffinity, () => $"GICD_CTLR is 0x{control:x}");
        for (ulong intid = 32; intid < Gic.Lines; intid++)
        {
            ulong number = intid, sink = _image.Configuration.Interrupt(new(intid)).Value;
            bool Bit(ulong register) => (gic.Distributor(register + (number / 32 * 4)) >> (int)(number % 32) & 1) != 0;
            bool edge = (gic.Distributor(Gic.Configuration + (number / 16 * 4)) >> (int)(number % 16 * 2) & 2) != 0;
            _facts.Require("interrupts", edge == (_image.Map.Smmu?.Interrupt == (int)number), () => $"interrupt {number} is {(edge ? "edge-triggered" : "level-sensitive")}");
            _facts.Require("interrupts", Bit(Gic.SetEnable) == (sink != 0) && Bit(Gic.Group) && !Bit(Gic.SetActive),
                () => $"interrupt {number} is {(Bit(Gic.SetEnable) ? "" : "not ")}enabled{(Bit(Gic.Group) ? "" : ", of group 0")}{(Bit(Gic.SetActive) ? ", active" : "")}");
            ulong mpidr = _image.Configuration.Mpidr(new(Capability.Target(sink) / Limits.VcpusPerCpu)).Value;
            _facts.Require("interrupts", sink == 0 || gic.Distributor(Gic.Router + (intid * 8)) == mpidr, () => $"interrupt {number} does not go to the CPU of its vCPU");
        }

        for (ulong first = 32; first < Gic.Lines; first += 4)
        {
            ulong priorities = gic.Distributor(Gic.Priority + first);
            _facts.Require("interrupts", priorities == Middle, () => $"an interrupt has a priority of its own: 0x{priorities:x}");
        }

        foreach (BootCpu cpu in _machine.Cpus)
        {
            for (ulong first = 0; first < 32; first += 4)
            {
                ulong priorities = gic.Redistributor((ulong)cpu.Number, Gic.SgiBase + Gic.Priority + first);
                _facts.Require("interrupts", priorities == (first == TimerWord ? TimerFirst : Middle), () => $"{On(cpu)}: an interrupt has a priority of its own: 0x{priorities:x}");
            }

            ulong Read(ulong offset) => gic.Redistributor((ulong)cpu.Number, offset);
            _facts.Require("interrupts", Read(Gic.Waker) == 0, () => $"{On(cpu)}: its redistributor sleeps");
            _facts.Require("interrupts", Read(Gic.SgiBase + Gic.SetEnable) == Own && Read(Gic.SgiBase + Gic.Group) == AllOfGroupOne && Read(Gic.SgiBase + Gic.SetActive) == 0,
                () => $"{On(cpu)}: interrupts 0x{Read(Gic.SgiBase + Gic.SetEnable):x} of its own are enabled, not 0x{Own:x}, or one is active");
        }
    }

    /// <summary>Zeroed memory is zero, manifests have seeds, loader and device tree are wiped, and nothing else has changed.</summary>
    private void Memory()
    {
        foreach (PlacedArea area in _image.Map.Areas.Where(area => area.Storage == Storage.Zero && area.Owner != Ownership.Kernel && area.Purpose != IdentityCheck.Identity))
        {
            for (ulong address = area.Address; address < area.End; address += BootMemory.PageSize)
            {
                BootMemory.Page page = _machine.Memory.At(address);
                _facts.Require("zeroed", page.IsKnown && !page.Bytes.AsSpan().ContainsAnyExcept((byte)0), () => $"{area.Owner}'s {area.Purpose} is not zero at 0x{page.Address:x}");
            }
        }

        foreach (BootMemory.Page page in _machine.Memory.Written)
        {
            PlacedArea? area = _image.AreaAt(page.Address);
            bool state = area is { Storage: Storage.Zero };
            _facts.Require("unchanged", state || Changes(page).All(address => MayChange(area, page, address)),
                () => $"boot has changed 0x{Changes(page).First(address => !MayChange(area, page, address)):x}, {(area is null ? "which is nobody's" : $"{area.Owner}'s {area.Purpose}")}");
        }
    }

    private IEnumerable<ulong> Changes(BootMemory.Page page)
    {
        byte[]? before = _machine.Memory.Initial(page.Address);
        for (int i = 0; i < (int)BootMemory.PageSize; i++)
        {
            if (before is null ? page.Knows(i) && page.Bytes[i] != 0 && !IsTree(page.Address + (ulong)i) : page.Bytes[i] != before[i])
                yield return page.Address + (ulong)i;
        }
    }

    private bool IsTree(ulong address)
    {
        ulong offset = address - _machine.TreeAddress;
        return offset < (ulong)_machine.Tree.Bytes.Length && _machine.Memory.Load(address, 1) == _machine.Tree.Bytes[offset];
    }

    /// <summary>The loader's own memory is zero afterwards; of a manifest only the seed changes.</summary>
    private static bool MayChange(PlacedArea? area, BootMemory.Page page, ulong address) => area switch
    {
        { Owner: Ownership.Loader, Purpose: "program" } => page.Bytes[address - page.Address] == 0,
        { Owner: Ownership.Loader, Purpose: IdentityCheck.DeviceSecret } => page.Bytes[address - page.Address] == 0,
        { Purpose: "manifest" } => address - page.Address is >= ManifestSeeded and < ManifestSeed + SeedSize,
        _ => false,
    };

    // Offsets in a manifest: the flag and the seed behind it
    private const ulong ManifestSeeded = 24, ManifestSeed = 32, SeedSize = 32;

    /// <summary>Each manifest has a seed of its own, and the entropy is gone.</summary>
    private void Seeds()
    {
        ReadOnlySpan<byte> entropy = _machine.Tree.Bytes.AsSpan(_machine.Tree.Seed, _machine.Tree.SeedSize);
        ulong seeds = _image.Word(Layout.BootInfo + 24);
        for (ulong i = 0; i < seeds; i++)
        {
            ulong manifest = _image.Word(Layout.BootInfo + 32 + (Limits.ZeroRanges * 16) + (i * 8));
            byte[] expected = SHA256.HashData([.. entropy, (byte)i, .. "redoubt seed"u8]);
            BootMemory.Page page = _machine.Memory.At(manifest);
            _facts.Require("seeds", page.Bytes[ManifestSeeded] == 1 && page.Bytes.AsSpan((int)ManifestSeed, (int)SeedSize).SequenceEqual(expected), () => $"the manifest at 0x{manifest:x} has no seed of its own");
        }

        for (int i = 0; i < _machine.Tree.SeedSize; i++)
        {
            ulong address = _machine.TreeAddress + (ulong)(_machine.Tree.Seed + i);
            _facts.Require("seeds", _machine.Memory.Load(address, 1) == 0, () => $"entropy is left at 0x{address:x}");
        }
    }

    /// <summary>Each partition that has one has its identity, and nothing else has a trace of the device's secret; without a secret nobody has an identity.</summary>
    private void Identities()
    {
        if (IdentityCheck.SecretOf(_image) is not { } secret)
            return;
        IdentitySetup setup = IdentityCheck.SetupOf(_image);
        MemoryRange loader = setup.Ranges[0];
        _facts.Require("identity", _machine.LastOfLoader < loader.Address + loader.Size, () => $"the loader executes 0x{_machine.LastOfLoader:x}, which is not measured");
        _facts.Require("identity", !_machine.Memory.At(secret.Address).Bytes.ContainsAnyExcept((byte)0), () => "the device's secret is left");
        SecretDevice device = new(_image, setup);
        for (int i = 0; i < (int)setup.Count; i++)
        {
            int number = i;
            byte[] expected = _machine.Device is { } page ? device.Identity(i, page) : new byte[BootMemory.PageSize];
            int same = _machine.Memory.At(setup.Entries[i].Address).Bytes.AsSpan().CommonPrefixLength(expected);
            _facts.Require("identity", same == expected.Length, () => $"the identity at 0x{setup.Entries[number].Address:x} is not as it must be at offset 0x{same:x} ({_machine.Processor.Name})");
        }
    }

    /// <summary>What a register that confines a vCPU must hold, by the word of its state that keeps it.</summary>
    private ulong WorldWord(ulong vcpu, string field)
    {
        int register = field switch
        {
            "vcpu.WorldVttbr" => SystemRegisters.VttbrEl2,
            "vcpu.WorldHcr" => SystemRegisters.HcrEl2,
            "vcpu.WorldCptr" => SystemRegisters.CptrEl2,
            _ => SystemRegisters.VmpidrEl2,
        };
        return ProofAssumptions.Value(_words, World.Of(Term.Constant(vcpu)).First(pair => pair.Register == register).Value);
    }
}
