using Redoubt.Abi;
using Redoubt.Image;
using Redoubt.Proof.Execution;
using Redoubt.Proof.Programs;
using Redoubt.Proof.Theorems;
using static Redoubt.Proof.Check.Boot.BootRegisters;

namespace Redoubt.Proof.Check.Boot;

/// <summary>The machine that boots: memory with the image and a device tree, interrupt controller, firmware, processors.</summary>
internal sealed class BootMachine
{
    private const ulong CpuOn = 0xc400_0003, Success = 0, InvalidParameters = ~1UL, AlreadyOn = ~3UL;
    private const ulong Block = 0x20_0000;
    private const int VcpuCpuShift = 4;

    private readonly CheckedImage _image;
    private readonly ElfProgram _kernel;
    private readonly bool[] _executed;
    private readonly Queue<BootCpu> _started = new();
    private bool _several;

    public BootMachine(CheckedImage image, Board board, ElfProgram kernel, Processor processor)
    {
        (_image, _kernel, Processor) = (image, kernel, processor);
        Memory = new BootMemory(image);
        Interrupts = new InterruptController(board, image.Map.Cpus);
        Smmu = new Smmu(Memory, image.Map.Smmu?.Address);
        Segment code = kernel.Segments.First(segment => segment.Executable);
        _executed = new bool[code.Size / 4];
        Tree = DeviceTree.Write();
        Device = processor.HasDeviceSecret && IdentityCheck.SecretOf(image) is not null ? SecretDevice.Make() : null;
        TreeAddress = (Layout.LoadBase + image.Word(Layout.LoadBase + ImageSizeOffset) + Block - 1) & ~(Block - 1);
    }

    /// <summary>Registers that boot may write.</summary>
    public static IReadOnlySet<int> Writable { get; } = KernelRegisters.Writable.Concat(
    [
        VbarEl2, MairEl2, TcrEl2, Ttbr0El2, VtcrEl2, SctlrEl2, MdcrEl2, CnthctlEl2, CntvoffEl2, HstrEl2, MdscrEl1, VpidrEl2, IccSreEl2, IccPmrEl1, IccBpr1El1,
        IccCtlrEl1, IccIgrpen1El1, HfgrtrEl2, HfgwtrEl2, HfgitrEl2, HdfgrtrEl2, HdfgwtrEl2, HcrxEl2,
    ]).ToHashSet();

    /// <summary>TLB and cache operations that boot may use.</summary>
    public static IReadOnlySet<int> Operations { get; } = KernelRegisters.Operations.Concat([TlbiAlle2, TlbiAlle1, TlbiVmalle1, IcIallu, DcCivac]).ToHashSet();

    public Processor Processor { get; }

    public BootMemory Memory { get; }

    public InterruptController Interrupts { get; }

    public Smmu Smmu { get; }

    /// <summary>The device tree that the boot loader hands over, and where.</summary>
    public DeviceTree Tree { get; }

    public ulong TreeAddress { get; }

    /// <summary>What the stage before the loader hands over, if the image has a use for it: a page with the device's secret. Null for a page of zeros.</summary>
    public byte[]? Device { get; }

    /// <summary>The last of the loader's instructions that was executed, by address.</summary>
    public ulong LastOfLoader { get; private set; }

    /// <summary>Processors that ran, the boot CPU first.</summary>
    public List<BootCpu> Cpus { get; } = [];

    /// <summary>Addresses of the kernel's instructions that were executed.</summary>
    public IEnumerable<ulong> Executed => Enumerable.Range(0, _executed.Length).Where(i => _executed[i]).Select(i => Layout.Kernel + ((ulong)i * 4));

    /// <summary>Offset in the Image header (Linux, Documentation/arch/arm64/booting.rst).</summary>
    private const ulong ImageSizeOffset = 16;

    /// <summary>Runs all processors, one after the other: what they do is independent, see <see cref="Guard"/>.</summary>
    /// <exception cref="BootException">One did what it must not do; the message says which and where.</exception>
    public void Run()
    {
        const long Most = 5_000_000, BytesAnInstruction = 2, ForIdentities = 60_000_000, InstructionsAMeasuredByte = 60;
        if (!Memory.Has(TreeAddress) || !Memory.Has(TreeAddress + (ulong)Tree.Bytes.Length))
            throw new BootException($"the header claims memory up to 0x{TreeAddress:x}, so that no device tree fits behind it");
        Memory.Place(TreeAddress, Tree.Bytes);
        if (IdentityCheck.SecretOf(_image) is { } secret)
            Memory.Place(secret.Address, Device ?? new byte[BootMemory.PageSize]);
        long zeroed = _image.Map.Areas.Where(area => area.Storage == Storage.Zero).Sum(area => (long)area.Size);
        IdentitySetup identities = IdentityCheck.SetupOf(_image);
        long measured = ((ReadOnlySpan<MemoryRange>)identities.Ranges).ToArray().Sum(range => (long)range.Size);
        long most = Most + (zeroed / BytesAnInstruction) + (measured * InstructionsAMeasuredByte) + (identities.Count > 0 ? ForIdentities : 0);
        BootCpu first = new(this, 0) { Pc = Layout.LoadBase, [0] = new(TreeAddress) };
        for (BootCpu? cpu = first; cpu is not null; _started.TryDequeue(out cpu))
        {
            Cpus.Add(cpu);
            try
            {
                cpu.Run(most);
            }
            catch (Exception e) when (e is BootException or Isa.DecodeException)
            {
                throw new BootException($"CPU {cpu.Number} at 0x{cpu.Pc:x} ({_kernel.FunctionAt(cpu.Pc)?.Name ?? "loader"}, {Processor.Name}): {e.Message}");
            }
        }
    }

    /// <summary>The device whose registers lie at an address, or null.</summary>
    public IRegisters? DeviceAt(ulong address) => Interrupts.Has(address) ? Interrupts : Smmu.Has(address) ? Smmu : null;

    /// <summary>An instruction is executed.</summary>
    public void Execute(ulong address)
    {
        ulong index = (address - Layout.Kernel) / 4;
        if (index < (ulong)_executed.Length)
            _executed[index] = true;
        else
            LastOfLoader = Math.Max(LastOfLoader, address);
    }

    /// <summary>PSCI (DEN0022): starts other CPUs.</summary>
    public ulong CallFirmware(BootCpu caller)
    {
        (ulong function, ulong mpidr, ulong entry, ulong context) = (caller[0].Value, caller[1].Value, caller[2].Value, caller[3].Value);
        if (function != CpuOn)
            throw new BootException($"calls the firmware's function 0x{function:x}, which boot has no use for");
        if (mpidr >= (ulong)_image.Map.Cpus)
            return InvalidParameters;
        if (mpidr == (ulong)caller.Number || _started.Any(cpu => cpu.Number == (int)mpidr))
            return AlreadyOn;
        _several = true;
        _started.Enqueue(new BootCpu(this, (int)mpidr) { Pc = entry, [0] = new(context) });
        return Success;
    }

    /// <summary>
    /// From the start of the second CPU on, each uses only what is its own, what is constant, and inbox words by exclusive accesses. So it does
    /// not matter in which order they run.
    /// </summary>
    public void Guard(int cpu, ulong address, bool write, bool exclusive)
    {
        if (!_several)
            return;
        bool own = Interrupts.Has(address) ? !Interrupts.IsDistributor(address) && Interrupts.CpuOf(address) == (ulong)cpu
            : KernelLayout.Vcpus.Contains(address) ? ((address - KernelLayout.Vcpus.Base) / KernelLayout.Vcpus.Stride) >> VcpuCpuShift == (ulong)cpu
            : KernelLayout.Cpus.Contains(address) ? (address - KernelLayout.Cpus.Base) / KernelLayout.Cpus.Stride == (ulong)cpu
            : KernelLayout.Stacks.Contains(address) ? (address - KernelLayout.Stacks.Base) / KernelLayout.Stacks.Stride == (ulong)cpu
            : !write;
        if (!own && !exclusive)
            throw new BootException($"uses 0x{address:x}, which is another CPU's");
    }
}
