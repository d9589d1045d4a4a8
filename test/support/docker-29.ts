import { FakeEngine, json } from './engine-fake.ts'

/*
 * Answers as Docker 29 gives them with its images in containerd's store, cut down to what is asked: recorded from Docker
 * 28.5 with that store, and changed as the API's history tells of 1.52 to 1.55.
 */

const base = 'sha256:d6d83701722fa0e6cbb16381de44198561b2a77e99e97bc6f7d064ac3a8c0651'
const committed = 'sha256:e376123125755d9308143c376d1cca8d46d1ecffbf134d9aefaa9ad648eca5a4'
const layer = 'sha256:53fc489bc7764bcce142b6356c361be9bcdf7955504f79142e3657e1c3e297f9'
const container = '521313b9fd29ff49d9149986c80d4183902fdaecd614cc120ed83b1f99b7486a'
const network = 'ef94863949041aa43dfdaa590aabf3e0e22a0dea97db2926e91ca95b44f9ea5f'
export const ids = { base, committed, layer, container, network }

/** The API versions: 1.44 to 1.52 as the engine comes, or only the newest once it has given up the others. */
export async function startDocker29(oldest: '1.44' | '1.52' | '1.55'): Promise<FakeEngine> {
  const engine = new FakeEngine()
  const isNew = oldest !== '1.44'
  const newest = isNew ? oldest : '1.52'
  engine.speaks = { oldest, newest }
  engine.version = {
    Platform: { Name: 'Docker Engine - Community' },
    Components: [{ Name: 'Engine', Version: '29.0.4', Details: { ApiVersion: newest, MinAPIVersion: oldest } }],
    ...{ Version: '29.0.4', ApiVersion: newest, MinAPIVersion: oldest, Os: 'linux', Arch: 'amd64' },
  }
  engine.info = { ServerVersion: '29.0.4', Driver: 'overlayfs', DriverStatus: [['driver-type', snapshotter]] }
  engine.on(`/images/${committed}/json`, json(200, image(isNew)))
  engine.on('/images/json', json(200, images(isNew)))
  engine.on(`/containers/${container}/json`, json(200, inspected(isNew)))
  engine.on('/containers/json', json(200, [listed(isNew)]))
  engine.on('/system/df', json(200, isNew ? usage : legacyUsage))
  await engine.listen()
  return engine
}

const snapshotter = 'io.containerd.snapshotter.v1'

function image(isNew: boolean) {
  const Config = { Cmd: ['sleep', '1000'], Env: ['PATH=/bin'], ExposedPorts: { '80/tcp': {} }, Labels: { a: 'b' } }
  const always = {
    ...{ Id: committed, RepoTags: ['shop/web:1'], RepoDigests: [`shop/web@${committed}`], Parent: base },
    ...{ Created: '2026-11-28T09:05:36.867528202Z', Architecture: 'amd64', Os: 'linux', Size: 1_084_734 },
    RootFS: { Type: 'layers', Layers: [layer] },
    Metadata: { LastTagTime: '2026-11-28T09:05:36.895896207Z' },
  }
  if (isNew) return { ...always, Config, Descriptor: descriptor(committed, 530) }
  const attached = { AttachStderr: false, AttachStdin: false, AttachStdout: false, StdinOnce: false, OpenStdin: false }
  return {
    ...always,
    ...{ Comment: '', Author: '', DockerVersion: '', Container: '', ContainerConfig: null },
    GraphDriver: { Data: null, Name: 'overlayfs' },
    Config: {
      ...{ ...Config, ...attached, Domainname: '', Hostname: '', Image: '', Tty: false },
      ...{ Entrypoint: null, OnBuild: null, User: '', Volumes: null, WorkingDir: '' },
    },
  }
}

function images(isNew: boolean) {
  const row = { Created: 1_795_856_736, SharedSize: -1, Containers: isNew ? 1 : -1 }
  return [
    {
      ...{ ...row, Id: base, ParentId: '', Labels: null, Size: 3_099_693 },
      ...{ RepoTags: ['flotilla-test/busybox:1'], RepoDigests: [`flotilla-test/busybox@${base}`] },
      ...(isNew && { Descriptor: descriptor(base, 405) }),
    },
    {
      ...{ ...row, Id: committed, ParentId: base, Labels: { a: 'b' }, Size: 3_099_966 },
      ...{ RepoTags: isNew ? null : [], RepoDigests: isNew ? null : [] },
      ...(isNew && { Descriptor: descriptor(committed, 530) }),
    },
    // Of another platform than the engine's: nothing is told but its digest.
    { Id: `sha256:${'f'.repeat(64)}`, RepoDigests: [`sha256:${'f'.repeat(64)}`], SharedSize: -1, Containers: -1 },
  ]
}

function descriptor(digest: string, size: number) {
  return { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size }
}

const endpoint = {
  ...{ IPAMConfig: null, Aliases: ['web'], MacAddress: 'ba:17:c3:91:56:e2', NetworkID: network },
  ...{ Gateway: '10.212.0.1', IPAddress: '10.212.0.2', IPPrefixLen: 24, IPv6Gateway: '', GlobalIPv6Address: '' },
}

function listed(isNew: boolean) {
  return {
    ...{ Id: container, Names: ['/web'], Image: 'flotilla-test/busybox:1', ImageID: base, Command: 'sleep 1000' },
    ...{ Created: 1_795_856_736, Labels: {}, State: 'running', Status: 'Up 1 second (healthy)', Mounts: [] },
    Ports: [
      { IP: '127.0.0.1', PrivatePort: 80, PublicPort: 32768, Type: 'tcp' },
      { PrivatePort: 81, Type: 'tcp' },
    ],
    HostConfig: { NetworkMode: 'bridge' },
    NetworkSettings: { Networks: { bridge: endpoint } },
    ...(isNew && {
      Health: { Status: 'healthy', FailingStreak: 0 },
      ImageManifestDescriptor: { ...descriptor(base, 405), platform: { architecture: 'amd64', os: 'linux' } },
    }),
  }
}

function inspected(isNew: boolean) {
  const atTop = { Bridge: '', Gateway: '10.212.0.1', IPAddress: '10.212.0.2', HairpinMode: false, MacAddress: '' }
  return {
    ...{ Id: container, Name: '/web', Image: base, Driver: 'overlayfs', Mounts: [] },
    State: { Status: 'running', ExitCode: 0, StartedAt: '2026-11-28T09:05:36.402606359Z', Health: null },
    Config: {
      ...{ Hostname: '521313b9fd29', User: '', Env: ['PATH=/bin'], Cmd: ['sleep', '1000'], Entrypoint: null },
      ...{
        Image: 'flotilla-test/busybox:1',
        WorkingDir: '',
        Labels: {},
        ExposedPorts: { '80/tcp': {} },
        Volumes: null,
      },
      ...(!isNew && { OnBuild: null, MacAddress: '' }),
    },
    HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] }, ShmSize: 67_108_864 },
    NetworkSettings: {
      ...(!isNew && atTop),
      Ports: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '32768' }] },
      Networks: { bridge: endpoint },
    },
  }
}

const Items = {
  images: [{ Id: committed, SharedSize: 2_015_232, Size: 3_099_966 }],
  containers: [{ Id: container, SizeRw: 4096 }],
  volumes: [{ Name: 'data', UsageData: { RefCount: 1, Size: 100 } }],
  cache: [{ ID: 'c', Size: 7 }],
}
const legacyUsage = {
  ...{ LayersSize: 3_133_462, Images: Items.images, Containers: Items.containers },
  ...{ Volumes: Items.volumes, BuildCache: Items.cache },
}
const usage = {
  ImageUsage: { ActiveCount: 1, TotalCount: 1, Reclaimable: 0, TotalSize: 3_133_462, Items: Items.images },
  ContainerUsage: { ActiveCount: 1, TotalCount: 1, TotalSize: 4096, Items: Items.containers },
  VolumeUsage: { TotalCount: 1, TotalSize: 100, Items: Items.volumes },
  BuildCacheUsage: { TotalCount: 1, TotalSize: 7, Items: Items.cache },
}
