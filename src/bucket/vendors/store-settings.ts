import type { ObjectLock, ServerSideEncryption } from "../s3/signer.ts";

/** A store as a customer describes it, with `vendor` and `region` as in the `storageConfig` of Agora's `start`. */
export type StoreSettings = {
  /** Agora's number, or a name of the vendors' table. */
  vendor: number | string;
  /** Agora's number, or Agora's or the vendor's name. Azure and Google ignore it, as Agora does. */
  region?: number | string | undefined;
  bucket: string;
  /** Without a scheme it is https. */
  endpoint?: URL | string | undefined;
  /** `bound`: the endpoint is a domain that is bound to the bucket (CNAME). */
  addressing?: "path" | "virtual" | "bound" | undefined;
  /** For Azure the name of the storage account. */
  accessKey?: string | undefined;
  /** For Azure one of the account's two keys. */
  secretKey?: string | undefined;
  sessionToken?: string | undefined;
  /** Instead of keys: the AWS default chain. */
  credentials?: "aws" | undefined;
  /** Whether plain HTTP may leave this machine. */
  allowHttp?: boolean | undefined;
  serverSideEncryption?: ServerSideEncryption | undefined;
  objectLock?: ObjectLock | undefined;
  requesterPays?: boolean | undefined;
};

/** The field that cannot be used, and the reason. */
export type StoreMistake = { field: keyof StoreSettings; mistake: string };
